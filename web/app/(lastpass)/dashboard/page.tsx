export { default, metadata } from "../../../registry/app/(lastpass)/dashboard/page";
