#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# datagrams.sh ASSEMBLY hand|size|queue PAIRS [DATAGRAMS]: what a policy costs the sender of a datagram, in alternating rounds.
#   hand   owner-iptables alone, then the same policy written by hand, then the latter with every running flow let go first
#          (another policy: it asks nobody who sends), then no rules at all
#   size   the same with ten rules, then with a thousand; the packet's is the last of them
#   queue  nfqueue and a rule on the program, then no rules at all, then conntrack and no more
# Prints for each round new|one and the CPU microseconds of a datagram in each form; then the median of the ratios to the
# second column. Needs root, gcc, iptables-nft; makes two network namespaces and a daemon of its own, and takes them away.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '3,9s/^# //p' "$0"; exit 2; }
sallyport=$(realpath "$1")/bin/sallyport what=$2 pairs=$3 count=${4:-200000}
lab=$(mktemp -d) client=spb-$$-c server=spb-$$-s
export SALLYPORT_ETC=$lab/etc SALLYPORT_STATE=$lab/state SALLYPORT_RUN=$lab/run
daemon=
cleanup() {
  [ -z "$daemon" ] || { kill "$daemon"; wait "$daemon" || true; }
  ip netns del "$client" 2>/dev/null || true
  ip netns del "$server" 2>/dev/null || true
  rm -rf "$lab"
}
trap cleanup EXIT
at() { nsenter --net=/run/netns/"$1" "${@:2}"; }

gcc -O2 -o "$lab/datagrams" "$(dirname "$0")/datagrams.c"
ip netns add "$client"; ip netns add "$server"
at "$client" ip link add wire type veth peer name wire netns "$server"
at "$client" ip addr add 10.77.0.1/24 dev wire; at "$server" ip addr add 10.77.0.2/24 dev wire
for n in "$client" "$server"; do at "$n" ip link set lo up; at "$n" ip link set wire up; done
at "$client" ping -c 1 -W 5 10.77.0.2 > "$lab/ping"

nsenter --net=/run/netns/"$client" "$sallyport" daemon > "$lab/said" 2> "$lab/log" & daemon=$!
until grep -q ready "$lab/said"; do kill -0 "$daemon"; sleep 0.1; done

policy() { # NUMBER: deny NUMBER-1 other users, allow the sender
  { printf 'defaults:\n  out: deny\nrules:\n'
    for i in $(seq $(($1 - 1))); do printf '  - id: u%d\n    rule: deny out user=%d\n' "$i" $((3000 + i)); done
    printf '  - id: me\n    rule: allow out user=1201\n'; } > "$lab/policy.yaml"
  "$sallyport" apply "$lab/policy.yaml" > /dev/null
}
hand() { # [FIRST RULE]: the policy of ten rules, as a person would write it
  { printf '*filter\n%s\n' "${1:-}"
    echo '-A OUTPUT -m conntrack --ctstate ESTABLISHED --ctdir REPLY -j ACCEPT'
    echo '-A OUTPUT -o lo -j ACCEPT'
    for i in $(seq 9); do echo "-A OUTPUT -m owner --uid-owner $((3000 + i)) -j DROP"; done
    printf '%s\n' '-A OUTPUT -m owner --uid-owner 1201 -j ACCEPT' '-A OUTPUT -j DROP' COMMIT
  } | at "$client" iptables-nft-restore -n
}
bare() { at "$client" iptables-nft -F OUTPUT; }
cost() { # new|one: refused datagrams would make a rule look cheap
  local told; told=$(at "$client" setpriv --reuid 1201 --regid 1201 --clear-groups "$lab/datagrams" 10.77.0.2 7777 "$count" "$1")
  [ "${told#* }" -lt $((count / 100)) ] || { echo "refused: $told" >&2; return 1; }
  echo "${told% *}"
}

chmod 755 "$lab"
"$sallyport" mode enforce > /dev/null
if [ "$what" = queue ]; then
  printf 'defaults:\n  out: deny\nrules:\n  - id: me\n    rule: allow out process.exe=%s\n' "$lab/datagrams" > "$lab/policy.yaml"
  "$sallyport" apply "$lab/policy.yaml" > /dev/null
else
  "$sallyport" backend-use owner-iptables > /dev/null; policy 10
fi
kinds='new one'; [ "$what" != queue ] || kinds=one
for _ in $(seq "$pairs"); do
  for kind in $kinds; do
    case $what in
      hand)
        "$sallyport" up > /dev/null; ours=$(cost $kind); "$sallyport" down > /dev/null
        hand; theirs=$(cost $kind); bare
        hand '-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT'; loose=$(cost $kind); bare
        echo "$kind $ours $theirs $loose $(cost $kind)" ;;
      size)
        policy 10; few=$(cost $kind); policy 1000; echo "$kind $(cost $kind) $few" ;;
      queue)
        "$sallyport" up > /dev/null; ours=$(cost $kind); "$sallyport" down > /dev/null
        at "$client" iptables-nft -A OUTPUT -m conntrack --ctstate INVALID -j DROP; tracked=$(cost $kind); bare
        echo "$kind $ours $(cost $kind) $tracked" ;;
      *) exit 2 ;;
    esac
  done
done | tee "$lab/rounds"
for kind in $kinds; do
  awk -v k=$kind '$1 == k { print $2 / $3 }' "$lab/rounds" | sort -n |
    awk -v k=$kind '{ r[NR] = $1 } END { printf "%s: median ratio %.3f (%.3f to %.3f) of %d pairs\n", k, r[int((NR + 1) / 2)], r[1], r[NR], NR }'
done
