export { default, metadata } from "../../../registry/app/(lastpass)/shared-folders/page";
