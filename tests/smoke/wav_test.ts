import { smokeTests } from "./sessions.ts";

smokeTests("wav");
