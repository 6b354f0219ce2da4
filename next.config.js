/** @type {import("next").NextConfig} */
const config = {
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  serverExternalPackages: ["@node-rs/argon2", "pg", "pg-boss", "pino", "ssh2"],
  devIndicators: false,
  // What lies in the working folder (a keyring, a database) is never part of a build.
  outputFileTracingExcludes: { "/*": ["data/**"] },
  // npm run check checks types; here the tests' own packages may be missing.
  typescript: { ignoreBuildErrors: true },
  experimental: { serverActions: { bodySizeLimit: "256kb" } },
};

export default config;
