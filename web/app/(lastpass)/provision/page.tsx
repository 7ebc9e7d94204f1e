export { default, metadata } from "../../../registry/app/(lastpass)/provision/page";
