#!/usr/bin/env bash
# Puts a working native binding of @tensorflow/tfjs-node 4.22.0 into a project's node_modules
# on a Linux x64 (glibc) machine that reaches the npm and PyPI registries but not Google's bucket.
#
#   bash setup-tfjs-node.sh [PROJECT_DIR]        (default: the current folder)
#
# What it does (each step is skipped when its result is already there):
#   1. npm install --ignore-scripts of the package, if node_modules lacks it;
#   2. pip download of one tensorflow-cpu wheel (186.6 MB, sha256 pinned), from which it keeps only
#      libtensorflow_cc.so.2, libtensorflow_framework.so.2 and 14 C headers, in a cache folder;
#   3. links those into node_modules/@tensorflow/tfjs-node/deps, and compiles the package's own
#      binding/*.cc against them into lib/napi-v8/tfjs_binding.node (g++, about 10 s);
#   4. runs a matMul through it.
#
# Needs: node + npm, python3 with pip, g++ and the Node-API headers (looked for next to node, in npm's
# nodedir, in /usr/include/node; else taken from the npm package node-api-headers).
# Environment:
#   TFJS_NODE_CACHE   cache folder   (default ${XDG_CACHE_HOME:-~/.cache}/tfjs-node-binding)
#   TFJS_NODE_LINK    hard (default: hard link, copy where that fails) | copy | symlink
#   TFJS_NODE_STRIP   1 (default: strip the symbol tables, 133 MB less on disk) | 0
set -euo pipefail

TFJS_NODE_VERSION=4.22.0
TF_VERSION=2.13.1   # the smallest tensorflow-cpu wheel that has a libtensorflow_cc.so.2 of its own
TF_SHA256=87be6e61314b2c0fa062f71e26e41d6a17e162ffe4da72c820fe8f1fc94d97fe   # its cp311 manylinux_2_17_x86_64 wheel
NAPI=8              # the highest Node-API version that tfjs-node 4.22.0 names

say() { printf '[tfjs-node] %s\n' "$*"; }
die() { printf '[tfjs-node] error: %s\n' "$*" >&2; exit 1; }

PROJECT=$(cd "${1:-.}" && pwd)
CACHE_ROOT=${TFJS_NODE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tfjs-node-binding}
CACHE=$CACHE_ROOT/tf-$TF_VERSION
LINK=${TFJS_NODE_LINK:-hard}
STRIP=${TFJS_NODE_STRIP:-1}

[ "$(uname -sm)" = "Linux x86_64" ] || die "only Linux x86_64 ($(uname -sm) here)"
for c in node npm python3; do command -v $c >/dev/null || die "$c not found"; done

# 1. the package
PKG=$PROJECT/node_modules/@tensorflow/tfjs-node
pkg_version() { node -p "require('$PKG/package.json').version" 2>/dev/null || true; }
if [ "$(pkg_version)" != "$TFJS_NODE_VERSION" ]; then
  say "npm install --ignore-scripts @tensorflow/tfjs-node@$TFJS_NODE_VERSION"
  (cd "$PROJECT" && npm install --ignore-scripts --no-save --no-audit --no-fund --loglevel=error \
    "@tensorflow/tfjs-node@$TFJS_NODE_VERSION")
  [ "$(pkg_version)" = "$TFJS_NODE_VERSION" ] || die "npm did not put $TFJS_NODE_VERSION at $PKG"
fi

# util.isNullOrUndefined and util.isArray, which the package's compiled JS calls, were deprecated and (the
# first in Node 23) removed: without this, on Node 24 every op throws "isNullOrUndefined is not a function"
if [ "$(node -p 'typeof require("util").isNullOrUndefined')" != function ] &&
   grep -q 'util_1\.is' "$PKG/dist/nodejs_kernel_backend.js" "$PKG/dist/kernels/TopK.js"; then
  say "patching util.isNullOrUndefined out of dist/ (this is node $(node -v))"
  sed -i -E 's/\(0, util_1\.isNullOrUndefined\)\((\w+)\)/(\1 == null)/g; s/\(0, util_1\.isArray\)/Array.isArray/g' \
    "$PKG/dist/nodejs_kernel_backend.js" "$PKG/dist/kernels/TopK.js"
fi

ADDON=$PKG/lib/napi-v$NAPI/tfjs_binding.node
works() {   # the binding loads, is the one TensorFlow that is wanted, and multiplies
  [ -f "$ADDON" ] && TF_CPP_MIN_LOG_LEVEL=2 node -e '
    const tf = require(process.argv[1]);
    tf.ready().then(() => {
      const v = tf.backend().binding.TF_Version, y = [...tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).dataSync()];
      if (tf.getBackend() !== "tensorflow" || v !== process.argv[2] || y.join() !== "19,22,43,50") throw new Error(`${tf.getBackend()} ${v} ${y}`);
      console.log(`[tfjs-node] ok: tfjs-node ${tf.version["tfjs-node"]}, TensorFlow ${v}, node ${process.version}`);
    }).catch(e => { console.error(e); process.exit(1); });' "$PKG" "$TF_VERSION"
}
if works 2>/dev/null; then exit 0; fi

# 2. the TensorFlow C library and headers, into the cache
if [ ! -f "$CACHE/.done" ]; then
  mkdir -p "$CACHE_ROOT"
  TMP=$(mktemp -d "$CACHE_ROOT/tmp.XXXXXX")
  trap 'rm -rf "$TMP"' EXIT
  say "pip download tensorflow-cpu==$TF_VERSION (186.6 MB)"
  printf 'tensorflow-cpu==%s --hash=sha256:%s\n' "$TF_VERSION" "$TF_SHA256" > "$TMP/req.txt"
  python3 -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --only-binary=:all: \
    --implementation cp --python-version 311 --abi cp311 \
    --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
    --require-hashes -r "$TMP/req.txt" -d "$TMP/whl"
  say "unpacking the two libraries and the C headers"
  python3 - "$TMP" <<'PY'
import glob, os, shutil, sys, zipfile
tmp = sys.argv[1]
names = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] + ['include/tensorflow/' + h for h in '''
c/c_api.h c/c_api_macros.h c/tf_attrtype.h c/tf_buffer.h c/tf_datatype.h c/tf_status.h c/tf_tensor.h
c/tf_tstring.h c/eager/c_api.h core/platform/ctstring.h core/platform/ctstring_internal.h
tsl/c/tsl_status.h tsl/platform/ctstring.h tsl/platform/ctstring_internal.h'''.split()]
with zipfile.ZipFile(glob.glob(tmp + '/whl/*.whl')[0]) as z:
    for n in names:
        dst = os.path.join(tmp, 'tree', ('lib/' if n.startswith('lib') else '') + n)
        os.makedirs(os.path.dirname(dst), exist_ok=True)
        with z.open('tensorflow/' + n) as s, open(dst, 'wb') as d:
            shutil.copyfileobj(s, d, 1 << 20)
PY
  rm -rf "$TMP/whl"
  if [ "$STRIP" = 1 ] && command -v strip >/dev/null; then strip --strip-unneeded "$TMP"/tree/lib/*.so.2; fi
  chmod 755 "$TMP"/tree/lib/*.so.2
  touch "$TMP/tree/.done"
  rm -rf "$CACHE"; mv "$TMP/tree" "$CACHE"
  rm -rf "$TMP"; trap - EXIT
fi

# 3. deps/ and the binding
say "laying out deps/"
rm -rf "$PKG/deps"; mkdir -p "$PKG/deps/lib"
cp -r "$CACHE/include" "$PKG/deps/include"
for so in libtensorflow_cc.so.2 libtensorflow_framework.so.2; do
  case $LINK in
    hard) ln "$CACHE/lib/$so" "$PKG/deps/lib/$so" 2>/dev/null || cp "$CACHE/lib/$so" "$PKG/deps/lib/$so" ;;
    copy) cp "$CACHE/lib/$so" "$PKG/deps/lib/$so" ;;
    symlink) ln -s "$CACHE/lib/$so" "$PKG/deps/lib/$so" ;;
    *) die "TFJS_NODE_LINK=$LINK: hard, copy or symlink" ;;
  esac
done
# the names that binding.gyp links with (.so), that Google's own build asks for at run time (.so.2),
# and that scripts/install.js looks for before it would download (.so.2.9.1)
for end in so so.2 so.2.9.1; do
  ln -sf libtensorflow_cc.so.2 "$PKG/deps/lib/libtensorflow.$end"
  [ $end = so.2 ] || ln -sf libtensorflow_framework.so.2 "$PKG/deps/lib/libtensorflow_framework.$end"
done

CACHED_ADDON=$CACHE/tfjs_binding-$TFJS_NODE_VERSION-napi$NAPI.node
if [ ! -f "$CACHED_ADDON" ]; then
  command -v g++ >/dev/null || die "g++ not found (apt-get install g++)"
  INC=
  for d in "$(dirname "$(readlink -f "$(command -v node)")")/../include/node" \
           "$(npm config get nodedir 2>/dev/null)/include/node" /usr/include/node /usr/local/include/node; do
    if [ -f "$d/node_api.h" ]; then INC=$d; break; fi
  done
  if [ -z "$INC" ]; then
    say "no node_api.h on this machine: npm package node-api-headers"
    npm install --prefix "$CACHE_ROOT/headers" --ignore-scripts --no-audit --no-fund --loglevel=error node-api-headers
    INC=$CACHE_ROOT/headers/node_modules/node-api-headers/include
  fi
  say "compiling binding/*.cc (headers: $INC)"
  # as binding.gyp and node-gyp do, less what only V8's own C++ API would need
  g++ -shared -fPIC -O2 -std=c++17 -w -fno-exceptions -fno-rtti \
    -DNAPI_VERSION=$NAPI -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION \
    -I"$INC" -I"$PKG/deps/include" "$PKG/binding/tfjs_backend.cc" "$PKG/binding/tfjs_binding.cc" \
    -o "$CACHED_ADDON.tmp.$$" -L"$PKG/deps/lib" '-Wl,-rpath,$ORIGIN/../../deps/lib' -ltensorflow -ltensorflow_framework
  mv "$CACHED_ADDON.tmp.$$" "$CACHED_ADDON"
fi
mkdir -p "$(dirname "$ADDON")"
cp "$CACHED_ADDON" "$ADDON"

# 4. proof
works || die "the binding was built but does not work"
