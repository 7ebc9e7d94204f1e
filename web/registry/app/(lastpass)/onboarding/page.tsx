import type { Metadata } from "next";

import { OnboardingPage } from "@/components/lastpass/onboarding-page";

export const metadata: Metadata = { title: "Onboarding" };

export default OnboardingPage;
