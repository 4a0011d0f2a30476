#!/bin/sh
# Makes the two images that deploy/Containerfile stands on out of Debian's packages and npm's, for machines that reach no
# registry of images: `localhost/debian:trixie-slim`, and `localhost/node:24-trixie-slim`, which is the first with Node 24
# and npm. As root, with debootstrap and buildah; then build with
#
#   --build-arg BASE=localhost/debian:trixie-slim --build-arg NODE=localhost/node:24-trixie-slim
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

debootstrap --variant=minbase trixie "$work/root" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
rm -rf "$work"/root/var/cache/apt/* "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/doc \
  "$work"/root/usr/share/man "$work"/root/usr/share/locale
base=$(buildah from scratch)
buildah add --quiet "$base" "$work/root" /
buildah commit --quiet --rm "$base" localhost/debian:trixie-slim

case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
npm install --prefix "$work/npm" --no-audit --no-fund --silent "node-linux-$arch@24" npm@11
node=$(buildah from localhost/debian:trixie-slim)
buildah add --quiet "$node" "$work/npm/node_modules/node-linux-$arch/bin/node" /usr/local/bin/node
buildah add --quiet "$node" "$work/npm/node_modules/npm" /usr/local/lib/node_modules/npm
# the certificates of this machine, whose network may have its own
buildah add --quiet "$node" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$node"
buildah run --isolation chroot "$node" ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
buildah commit --quiet --rm "$node" localhost/node:24-trixie-slim
