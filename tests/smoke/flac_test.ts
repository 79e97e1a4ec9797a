import { smokeTests } from "./sessions.ts";

smokeTests("flac");
