export { default, metadata } from "../../../registry/app/(lastpass)/setup/page";
