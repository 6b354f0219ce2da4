/** @type {import("next").NextConfig} */
const config = {
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  serverExternalPackages: ["@node-rs/argon2", "pg", "pino"],
  devIndicators: false,
  experimental: { serverActions: { bodySizeLimit: "256kb" } },
};

export default config;
