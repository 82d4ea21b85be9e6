#!/usr/bin/env bash
# Installs tfjs-node in a folder without its download: its binding is built against the libtensorflow of the wheel
# tensorflow-cpu. Usage: tfjs_node.sh FOLDER. Needs python3 with venv, g++, and Node's headers beside node.
set -euo pipefail
folder=$1
headers=${NODE_HEADERS:-$(dirname "$(dirname "$(command -v node)")")/include/node}
mkdir -p "$folder"
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0
[ -e package.json ] || npm init -y >/dev/null
npm install --silent --ignore-scripts @tensorflow/tfjs-node@4.22.0
tensorflow=$(echo "$PWD"/venv/lib/python3*/site-packages/tensorflow)
cd node_modules/@tensorflow/tfjs-node
mkdir -p lib/napi-v8
g++ -std=c++17 -O2 -shared -fPIC -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION \
  -I"$headers" -I"$tensorflow/include" binding/tfjs_backend.cc binding/tfjs_binding.cc -o lib/napi-v8/tfjs_binding.node \
  "$tensorflow/libtensorflow_cc.so.2" "$tensorflow/libtensorflow_framework.so.2" -Wl,-rpath,"$tensorflow"
