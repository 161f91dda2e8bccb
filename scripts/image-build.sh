#!/bin/sh
# What both images run to build: a clean install, the addon for every architecture, production modules alone.
#   sh scripts/image-build.sh        in the root of a copy of the repository
set -eu
npm ci --ignore-scripts
npm rebuild
npm run build:release
npm prune --omit=dev --ignore-scripts
node dist/cli/main.js doctor
