/** What bin/migration.mjs needs of the library. */
export { diffSchemas } from "../lib/schema-engine";
