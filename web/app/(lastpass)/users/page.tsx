export { default, metadata } from "../../../registry/app/(lastpass)/users/page";
