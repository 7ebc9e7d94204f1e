import type { Metadata } from "next";

import { UsersPage } from "@/components/lastpass/users-page";

export const metadata: Metadata = { title: "Users" };

export default UsersPage;
