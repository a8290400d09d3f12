# One image for every role; ROLES says what a container does. Base: Debian, because the embedded database and sharp ship
# binaries for glibc.
FROM node:20-bookworm-slim AS base
WORKDIR /app

# dist/ is built here, once, and never at start.
FROM base AS build
COPY package.json package-lock.json ./
RUN npm ci
COPY .swcrc ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM base AS dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

FROM base
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY scripts ./scripts
# Everything under /app stays root's: the program cannot change itself.
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: it must receive the SIGTERM of `docker stop`.
CMD ["node", "--enable-source-maps", "scripts/run.mjs", "main"]
