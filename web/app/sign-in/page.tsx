export { default, metadata } from "../../registry/app/sign-in/page";
