"use client";

export default function Failure() {
  return <h1>Not for your role</h1>;
}
