#!/usr/bin/env bash
# What an ssh key may do here, and nothing else. In ~provision/.ssh/authorized_keys, on one line:
#   restrict,command="/usr/local/lib/cronsole/recipes/gate.sh" ssh-ed25519 AAAA… cronsole
set -euo pipefail

# Where the recipes are to run as root: as=(sudo -n), and in /etc/sudoers.d/cronsole
#   provision ALL=(root) NOPASSWD: /usr/local/lib/cronsole/recipes/provision ""
as=()

here=$(dirname "$(readlink -f "$0")")
case ${SSH_ORIGINAL_COMMAND-} in
	provision) exec "${as[@]}" "$here/provision" ;;
	provision-wordpress) exec "${as[@]}" "$here/wordpress/provision-wordpress" ;;
	provision-static) exec "${as[@]}" "$here/static/provision-static" ;;
	*)
		echo '{"ok":false,"changed":[],"site":null,"error":"this key may only run provision, provision-wordpress and provision-static"}'
		exit 65
		;;
esac
