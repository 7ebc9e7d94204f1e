export { default, metadata } from "../../../registry/app/(lastpass)/actions/page";
