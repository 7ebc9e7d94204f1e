import type { Metadata } from "next";

import { OffboardingPage } from "@/components/lastpass/offboarding-page";

export const metadata: Metadata = { title: "Off-boarding" };

export default OffboardingPage;
