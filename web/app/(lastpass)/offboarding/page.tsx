export { default, metadata } from "../../../registry/app/(lastpass)/offboarding/page";
