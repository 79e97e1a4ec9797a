import { smokeTests } from "./sessions.ts";

smokeTests("opus");
