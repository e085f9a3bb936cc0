#!/usr/bin/env bash
# launch.sh RECIPE [--config=FILE]: runs a recipe with a clean environment; php's complaints go into the log, never into the answer.
set -euo pipefail

recipe=$1
config=
case ${2-} in
	--config=*) config=${2#--config=} ;;
	'') ;;
	*)
		echo '{"ok":false,"changed":[],"site":null,"error":"the only argument is --config=FILE"}'
		exit 65
		;;
esac

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if ! command -v php >/dev/null; then
	echo '{"ok":false,"changed":[],"site":null,"error":"php is not installed here"}'
	exit 75
fi

cd /
exec env -i PATH="$PATH" LC_ALL=C.UTF-8 RECIPE_CONFIG="$config" php \
	-d display_errors=stderr -d log_errors=0 -d html_errors=0 -d zend.exception_ignore_args=1 -d memory_limit=512M -d auto_prepend_file= \
	"$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../$recipe/recipe.php"
