import type { Body } from "./lastpass";

/** What the form of a new user holds, named as in the request. */
export interface NewUser {
  firstName: string;
  lastName: string;
  email: string;
  department: string;
  manager: string;
  managerEmail: string;
  startDate: string;
  additionalGroups: string[];
}

export const emptyUser: NewUser = {
  firstName: "",
  lastName: "",
  email: "",
  department: "",
  manager: "",
  managerEmail: "",
  startDate: "",
  additionalGroups: [],
};

export interface NewUserField {
  name: Exclude<keyof NewUser, "additionalGroups">;
  label: string;
  kind: "text" | "email" | "date" | "department";
  required: boolean;
}

const name: NewUserField[] = [
  { name: "firstName", label: "First name", kind: "text", required: true },
  { name: "lastName", label: "Last name", kind: "text", required: true },
];

const department: NewUserField = {
  name: "department",
  label: "Department",
  kind: "department",
  required: true,
};

export const provisionFields: NewUserField[] = [
  ...name,
  { name: "email", label: "Email address", kind: "email", required: true },
  department,
  { name: "managerEmail", label: "Manager's address", kind: "email", required: false },
];

export const onboardingFields: NewUserField[] = [
  ...name,
  { name: "email", label: "Work email", kind: "email", required: true },
  department,
  { name: "manager", label: "Manager", kind: "text", required: false },
  { name: "startDate", label: "Start date", kind: "date", required: false },
];

/** What is plainly wrong with a value; it follows the field's label. The API decides about the rest. */
export function faultOf({ kind, required }: NewUserField, value: string): string | undefined {
  const text = value.trim();
  if (text === "") {
    return required ? "is required" : undefined;
  }
  const looksRight = kind !== "email" || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
  return looksRight ? undefined : "must be an address such as ann@example.com";
}

export function bodyOf(user: NewUser): Body<"provision-user"> {
  return {
    firstName: user.firstName.trim(),
    lastName: user.lastName.trim(),
    email: user.email.trim(),
    department: user.department,
    manager: user.manager.trim() || null,
    managerEmail: user.managerEmail.trim() || null,
    startDate: user.startDate || null,
    additionalGroups: user.additionalGroups,
  };
}
