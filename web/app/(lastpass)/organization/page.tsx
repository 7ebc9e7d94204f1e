export { default, metadata } from "../../../registry/app/(lastpass)/organization/page";
