import type { NextConfig } from "next";

// This folder is a project of its own, whatever lock files lie above it.
const config: NextConfig = { turbopack: { root: import.meta.dirname }, outputFileTracingRoot: import.meta.dirname };
export default config;
