export { default, metadata } from "../../../registry/app/(lastpass)/audit/page";
