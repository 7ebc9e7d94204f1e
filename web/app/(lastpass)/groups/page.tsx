export { default, metadata } from "../../../registry/app/(lastpass)/groups/page";
