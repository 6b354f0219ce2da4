/** Imported first, so written for any Node that knows modules: says clearly that this one is too old. */
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Forgepass needs Node 20.19 or later, and this is ${process.versions.node}. Install Node 24 from nodejs.org.`,
  );
  process.exit(78);
}
