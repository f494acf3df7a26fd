# bytecode.sh <artifact> <where Lambda puts it>: compiles an artifact for the runtime's Python.
# Without it every cold start compiles every module anew. The bytecode is never checked against
# its source ("unchecked-hash"): an artifact does not change, and zip files do not keep times well.
artifact=$1 destination=$2

for python in python3.13 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python "$(uv python find --managed-python 3.13 2>/dev/null)"; do
  if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then
    exec "$python" -m compileall -q --invalidation-mode unchecked-hash -s "$artifact" -p "$destination" "$artifact"
  fi
done
echo "No Python 3.13 here: shipped without bytecode, so cold starts take about twice as long. 'uv python install 3.13' and removing .aws-sam mends that."
