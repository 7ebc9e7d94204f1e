export { default, metadata } from "../../../registry/app/(lastpass)/onboarding/page";
