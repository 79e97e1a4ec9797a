import { smokeTests } from "./sessions.ts";

smokeTests("mp3");
