#!/usr/bin/env bash
# Installs the software that the training benchmark compares with: `bash bench/peers/setup.sh [all|python|tfjs-node]`.
#
#   python      JAX in bench/.venv, which is made with the python3 of the PATH; PyTorch from Debian, for /usr/bin/python3
#   tfjs-node   @tensorflow/tfjs-node with its native binding, in bench/.tfjs-node
#
# What is there already is kept. Fails where something that was asked for cannot be had; only PyTorch, on a machine without apt-get, is passed over.
set -euo pipefail

peers=$(cd "$(dirname "$0")" && pwd)
bench=$(dirname "$peers")

say() { printf '[peers] %s\n' "$*"; }
die() { printf '[peers] FAILED: %s\n' "$*" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# The version of a module under a Python; nothing where it is not installed.
version_of() { "$1" -c "import $2; print($2.__version__)" 2>/dev/null || true; }

jax() {
  local python=$bench/.venv/bin/python wanted
  wanted=$(sed -n 's/^jax==//p' "$peers/requirements.txt")
  if [ "$(version_of "$python" jax)" != "$wanted" ]; then
    say "JAX $wanted into bench/.venv"
    python3 -c 'import venv, ensurepip' || die 'no python3 with venv on the PATH (Debian: apt-get install python3-venv)'
    [ -x "$python" ] || python3 -m venv "$bench/.venv" || die 'bench/.venv was not made'
    "$python" -m pip install --quiet --disable-pip-version-check -r "$peers/requirements.txt" ||
      die "pip could not install bench/peers/requirements.txt for $("$python" --version); JAX $wanted wants Python 3.11 or later"
  fi
  [ "$(version_of "$python" jax)" = "$wanted" ] || die 'JAX is installed but does not import'
  say "ok: JAX $wanted, $("$python" --version)"
}

# PyPI's wheel of PyTorch brings gigabytes of CUDA; Debian's package is the CPU alone. It computes with the BLAS that the system has, by default the
# unoptimised reference one, which makes a step 10 to 30 times slower: so OpenBLAS comes along, in the build that shares PyTorch's threads.
torch() {
  local python=/usr/bin/python3 blas=libopenblas0-openmp
  if ! command -v apt-get >/dev/null; then
    say 'PASSED OVER: PyTorch, because this machine has no apt-get. The benchmark will report it as absent.'
    return
  fi
  if [ -z "$(version_of $python torch)" ] || ! dpkg -s $blas >/dev/null 2>&1; then
    say "PyTorch from Debian, with $blas"
    as_root apt-get update -qq || die 'apt-get update'
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-torch $blas >/dev/null ||
      die "apt-get install python3-torch $blas"
  fi
  [ -n "$(version_of $python torch)" ] || die "PyTorch is installed but $python does not import it"
  say "ok: PyTorch $(version_of $python torch), $($python --version)"
}

# A folder of its own: the binding needs its own copy of all of tfjs, and the repository's node_modules stay as npm ci made them.
tfjs_node() {
  local folder=$bench/.tfjs-node
  mkdir -p "$folder"
  [ -f "$folder/package.json" ] || printf '{ "private": true }\n' >"$folder/package.json"
  bash "$peers/setup-tfjs-node.sh" "$folder" || die 'the binding of tfjs-node'
  TF_CPP_MIN_LOG_LEVEL=2 node -e '
    const { version } = require(require.resolve("@tensorflow/tfjs/package.json", { paths: [process.argv[1]] }));
    const { version_core: core } = require(process.argv[1]);
    if (version !== core) throw new Error(`@tensorflow/tfjs ${version} beside tfjs-core ${core}`);
    console.log(`[peers] ok: @tensorflow/tfjs ${version} beside the binding`);
  ' "$folder/node_modules/@tensorflow/tfjs-node" || die '@tensorflow/tfjs does not resolve beside the binding'
}

case ${1:-all} in
  all) jax; torch; tfjs_node ;;
  python) jax; torch ;;
  tfjs-node) tfjs_node ;;
  *) die "unknown part \"$1\"; expected all, python or tfjs-node" ;;
esac
