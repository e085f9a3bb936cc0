#!/bin/bash
# Runs inside a container whose PID 1 is a real systemd: the shipped unit, started, reloaded, hung and starved. A line for each thing that was seen.
exec >/out/seen 2>/out/errors
folder=/var/lib/cronsole

show() {
	systemctl show cronsole --property="$1" --value
}

# Waits until a property is so; says what it came to.
await() {
	for _ in $(seq 400); do
		[ "$(show "$1")" = "$2" ] && break
		sleep 0.1
	done
	echo "$3: $1=$(show "$1")"
}

ask() {
	"$CRONSOLE_NODE" --eval 'fetch(process.argv[1]).then(async r => console.log(r.status, (await r.text()).split("\n").find(l => /^(ok|cronsole_led)/.test(l))), e => console.log(e.cause.code))' "http://127.0.0.1:9464$1"
}

useradd --system --no-create-home cronsole
mkdir -p /etc/cronsole
printf 'scheduler: {lease: 6s}\nalerts: {webhook: {credential: hook}}\n' >/etc/cronsole/cronsole.yaml
chgrp cronsole /etc/cronsole/cronsole.yaml
chmod 640 /etc/cronsole/cronsole.yaml

systemctl start cronsole
echo "start: $? $(show ActiveState) $(show SubState)"
await StatusText leading status
echo "owner: $(stat -c '%U %a' $folder $folder/cronsole.db | tr '\n' ' ')"
sleep 1
echo "healthz: $(ask /healthz)"
echo "metrics: $(ask /metrics)"

sed -i 's/6s/5s/' /etc/cronsole/cronsole.yaml
systemctl reload cronsole
echo "reload: $?"
for _ in $(seq 50); do grep -q 'the config was read again' /out/daemon.log && break; sleep 0.1; done
await ActiveState active reloaded

sleep 6
echo "well for longer than the watchdog: NRestarts=$(show NRestarts)"

kill -STOP "$(show MainPID)"
await NRestarts 1 'hung loop'
await StatusText leading 'after it'

"$CRONSOLE_NODE" --input-type=module --eval '
	import {createRequire} from "node:module";
	const Database = createRequire(process.argv[1])("better-sqlite3");
	const db = new Database(process.argv[2]);
	db.exec("begin immediate");
	setInterval(() => {}, 1000);
' "$CRONSOLE_BUILD/cli.js" $folder/cronsole.db &
stranger=$!
await NRestarts 2 'locked database'
kill $stranger
await StatusText leading 'after that'

echo 'clusterz: []' >>/etc/cronsole/cronsole.yaml
systemctl restart cronsole
echo "wrong config: $? $(show ActiveState) $(show ExecMainStatus)"
sed -i '/clusterz/d' /etc/cronsole/cronsole.yaml
systemctl start cronsole
systemctl stop cronsole
echo "code: $(stat -c '%U %a' /var/cache/cronsole) $(find /var/cache/cronsole -type f -user cronsole | grep -q . && echo kept)"
echo "stop: $(show Result) $(show ActiveState)"
