#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# peers.sh ASSEMBLY COUNT ROUNDS [FIREWALL...]: the steps of attribution beside another application firewall, in alternating rounds.
# FIREWALL is one of opensnitch, procfs, sockdiag, bpf (all of them if none is given). In each round and for each firewall:
#   denied    COUNT programs that a rule refuses send once each, everything else is allowed: how many arrive (right: none)
#   allowed   COUNT programs that a rule allows send once each, everything else is refused: how many arrive (right: all)
# each over UDP and TCP, four at a time, gone at once or after 50 ms; a TCP connection that is begun counts as one. Then what
# COUNT connects of one allowed program took. Prints a line for each; the last table has the sums and the medians.
# Needs root, gcc, perl, iptables-nft, apt-get; OpenSnitch is fetched from Debian, unpacked and run from the lab, not installed. It is
# told to find programs by /proc (-process-monitor-method proc): its BPF programs are not in that package.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '3,11s/^# //p' "$0"; exit 2; }
sallyport=$(realpath "$1")/bin/sallyport count=$2 rounds=$3
shift 3
firewalls=(${@:-opensnitch procfs sockdiag bpf})
here=$(dirname "$(realpath "$0")") lab=$(mktemp -d) pids=()
ours=spp-$$-o server=spp-$$-s lax=spp-$$-l strict=spp-$$-t
export SALLYPORT_ETC=$lab/etc SALLYPORT_STATE=$lab/state SALLYPORT_RUN=$lab/run
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  for n in $ours $server $lax $strict; do ip netns del "$n" 2>/dev/null || true; done
  rm -rf "$lab"
}
trap cleanup EXIT
at() { nsenter --net=/run/netns/"$1" "${@:2}"; }
has() { [[ " ${firewalls[*]} " == *" $1 "* ]]; }

chmod 755 "$lab"
gcc -O2 -static -o "$lab/allowed" "$here/peers.c"
cp "$lab/allowed" "$lab/denied"
ip netns add $server
at $server ip link set lo up
number=0
for n in $ours $lax $strict; do
  number=$((number + 1))
  ip netns add $n
  at $n ip link set lo up
  at $n ip link add wire type veth peer name wire$number netns $server
  at $n ip addr add 10.77.$number.1/24 dev wire
  at $server ip addr add 10.77.$number.2/24 dev wire$number
  at $n ip link set wire up
  at $server ip link set wire$number up
done
at $server iptables-nft -A INPUT -p udp --dport 7777
at $server iptables-nft -A INPUT -p tcp --dport 7777 --syn
at $server perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1);
  bind(S, sockaddr_in(7778, INADDR_ANY)) && listen(S, 4096) or die $!; while (accept(C, S)) { close C }' &
pids+=($!)

# A daemon that reads a configuration of its own: it looks for it in /etc, over which the lab's folder is laid.
opensnitch() { # NAMESPACE DEFAULT ACTION PROGRAM
  local layer=$lab/opensnitch-$2 home=$lab/opensnitch-$2/opensnitchd
  mkdir -p "$home/rules"
  cat > "$home/rules/one.json" <<END
{"created": "2024-01-01T00:00:00Z", "updated": "2024-01-01T00:00:00Z", "name": "one", "enabled": true, "precedence": false,
 "action": "$3", "duration": "always",
 "operator": {"type": "simple", "operand": "process.path", "sensitive": false, "data": "$lab/$4", "list": []}}
END
  cat > "$home/default-config.json" <<END
{"Server": {"Address": "unix://$layer/none.sock", "LogFile": "$layer/log"}, "DefaultAction": "$2", "DefaultDuration": "once",
 "InterceptUnknown": true, "ProcMonitorMethod": "proc", "LogLevel": 2, "Firewall": "iptables", "Stats": {"MaxEvents": 150, "MaxStats": 25}}
END
  echo '{"SystemRules": []}' > "$home/system-fw.json"
  unshare -m --propagation private sh -c 'mount -t overlay -o lowerdir="$0":/etc overlay /etc && exec "$@"' "$layer" \
    env LD_LIBRARY_PATH="$(echo "$lab"/debian/usr/lib/*-linux-gnu)" nsenter --net=/run/netns/"$1" "$lab/debian/usr/bin/opensnitchd" \
    -rules-path /etc/opensnitchd/rules -process-monitor-method proc -ui-socket "unix://$layer/none.sock" > "$layer.said" 2>&1 &
  pids+=($!)
  until at "$1" iptables-nft-save | grep -q 'NFQUEUE.*queue-bypass'; do kill -0 "${pids[-1]}"; sleep 0.2; done
}
if has opensnitch; then
  (cd "$lab" && apt-get -q download opensnitch libnetfilter-queue1 libnfnetlink0 > fetched 2>&1 && for d in *.deb; do dpkg -x "$d" debian; done)
  opensnitch $lax allow deny denied
  opensnitch $strict deny allow allowed
fi
nsenter --net=/run/netns/$ours "$sallyport" daemon > "$lab/said" 2> "$lab/log" &
pids+=($!)
until grep -q ready "$lab/said"; do kill -0 "${pids[-1]}"; sleep 0.1; done
"$sallyport" mode enforce > "$lab/ignored"

policy() { # DEFAULT ACTION PROGRAM
  printf 'defaults:\n  out: %s\nrules:\n  - id: one\n    rule: %s out process.exe=%s\n' "$1" "$2" "$lab/$3" > "$lab/policy.yaml"
  "$sallyport" apply "$lab/policy.yaml" > "$lab/ignored"
}
arrived() { # udp|tcp: as soon as nothing waits and nothing comes any more
  local before=-1 now=0
  while [ "$before" != "$now" ]; do
    before=$now; sleep 0.3
    now=$(at $server iptables-nft -vnxL INPUT | awk -v p="$1" '$0 ~ p && /dpt:7777/ { print $1 }')
  done
  echo "$now"
}
burst() { # NAMESPACE ADDRESS PROGRAM udp|tcp MILLISECONDS: how many arrive
  local before; before=$(arrived "$4")
  seq "$count" | at "$1" xargs -P 4 -I '{}' "$lab/$3" "$4" "$2" 7777 "$5" > "$lab/ignored" 2>&1 || true
  echo $(($(arrived "$4") - before))
}
select_policy() { # FIREWALL denied|allowed; sets where and to
  case $1-$2 in
    opensnitch-denied) where=$lax to=10.77.2.2 ;;
    opensnitch-allowed) where=$strict to=10.77.3.2 ;;
    *-denied) where=$ours to=10.77.1.2; policy allow deny denied ;;
    *-allowed) where=$ours to=10.77.1.2; policy deny allow allowed ;;
  esac
}

for _ in $(seq "$rounds"); do
  for firewall in "${firewalls[@]}"; do
    if [ "$firewall" != opensnitch ]; then
      "$sallyport" attribution-use "$firewall" > "$lab/ignored"
      until [ "$firewall" != bpf ] || "$sallyport" status --json | grep -q '"figures":"[^"]* sockets"'; do sleep 0.2; done
    fi
    for program in denied allowed; do
      select_policy "$firewall" $program
      for protocol in udp tcp; do
        for stays in 0 50; do
          echo "$firewall $program $protocol $stays $(burst "$where" "$to" $program $protocol $stays) $count"
        done
      done
    done
    echo "$firewall connects $(at "$where" "$lab/allowed" connects "$to" 7778 "$count")"
  done
done | tee "$lab/rounds"
echo
awk '$2 != "connects" { k = $1 " " $2 " " $3 ($4 ? " stays" : " gone"); if (!(k in n)) order[++kinds] = k; n[k] += $5; all[k] += $6 }
  END { for (i = 1; i <= kinds; i++) printf "%-32s %d of %d arrived\n", order[i], n[order[i]], all[order[i]] }' "$lab/rounds"
for firewall in "${firewalls[@]}"; do
  awk -v f="$firewall" '$1 == f && $2 == "connects" { print $3, $4, $5 }' "$lab/rounds" | sort -n |
    awk -v f="$firewall" '{ a[NR] = $1; b[NR] = $2; c[NR] = $3 } END { m = int((NR + 1) / 2); printf "%-11s connect: median %d us, 90th %d us, 99th %d us (of the round in the middle)\n", f, a[m], b[m], c[m] }'
done
