# SPDX-License-Identifier: Apache-2.0
# demo: two hosts made of network namespaces, a daemon in one, two ordinary programs, one denied.

need_tools
need_packages curl:curl wget:wget
build

client=sallyport-demo-a-$$
server=sallyport-demo-b-$$
folder=$(mktemp -d /tmp/sallyport-demo.XXXXXX)
export SALLYPORT_ETC="$folder/etc" SALLYPORT_STATE="$folder/state" SALLYPORT_RUN="$folder/run"
daemon=
listener=
failures=0

clean_up() {
  status=$?
  trap - EXIT INT TERM
  for pid in $daemon $listener; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  for pid in $daemon $listener; do
    wait "$pid" 2>/dev/null || true
  done
  ip netns del "$client" 2>/dev/null || true
  ip netns del "$server" 2>/dev/null || true
  rm -rf "$folder"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fw() {
  "$assembly/bin/sallyport" "$@"
}

inside() {
  nsenter --net="/run/netns/$client" "$@"
}

# Rules and chains of both families; iptables-nft leaves empty built-in chains behind, which do nothing.
kernel_rules() {
  inside sh -c 'iptables-nft-save; ip6tables-nft-save' 2>/dev/null | grep -E '^(-A|:[^ ]+ -)' || true
}

# check WHAT EXPECTED COMMAND… where EXPECTED is passes or refused.
check() {
  what=$1
  expected=$2
  shift 2
  if inside timeout 10 "$@" >/dev/null 2>&1; then got=passes; else got=refused; fi
  if [ "$got" = "$expected" ]; then
    printf '    %-38s %s\n' "$what" "$got"
  else
    printf '    %-38s %s, but it should have been: %s\n' "$what" "$got" "$expected"
    failures=$((failures + 1))
  fi
}

wget_4() { check 'wget over IPv4' passes wget -q -T 5 -t 1 -O /dev/null http://192.0.2.2:8080/; }
wget_6() { check 'wget over IPv6' passes wget -q -T 5 -t 1 -O /dev/null 'http://[2001:db8::2]:8080/'; }
curl_4() { check 'curl over IPv4' "$1" curl -s -m 5 http://192.0.2.2:8080/; }
curl_6() { check 'curl over IPv6' "$1" curl -s -m 5 'http://[2001:db8::2]:8080/'; }

listening() {
  nsenter --net="/run/netns/$server" ss -ltn 2>/dev/null | grep -q ':8080'
}

daemon_ready() {
  grep -qs '^sallyport: ready$' "$folder/said" || ! kill -0 "$daemon" 2>/dev/null
}

say "two hosts, made of network namespaces: $client and $server"
ip netns add "$client"
ip netns add "$server"
ip -n "$client" link add eth0 type veth peer name eth0 netns "$server"
for end in "$client 1" "$server 2"; do
  name=${end% *}
  number=${end#* }
  ip -n "$name" address add "192.0.2.$number/24" dev eth0
  ip -n "$name" address add "2001:db8::$number/64" dev eth0 nodad
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
done
nsenter --net="/run/netns/$server" perl "$root/build/launcher/web-server.pl" 8080 &
listener=$!
await 10 "the server's start" listening
before=$(kernel_rules)

say "a Sallyport daemon on $client"
nsenter --net="/run/netns/$client" "$assembly/bin/sallyport" daemon >"$folder/said" 2>"$folder/errors" </dev/null &
daemon=$!
await 60 "the daemon's start" daemon_ready
grep -qs '^sallyport: ready$' "$folder/said" || {
  tail -n 20 "$folder/errors" >&2
  die "the daemon did not start"
}
fw mode enforce

say "before any rule, both programs reach the server"
curl_4 passes
curl_6 passes
wget_4
wget_6

program=$(readlink -f "$(command -v curl)")
say "a rule on the program, which iptables alone cannot express: reject process.exe=$program"
fw reject "process.exe=$program" --id no-curl --comment 'shown by the demo'
curl_4 refused
wget_4
curl_6 refused
wget_6

say "what the console says: the rules"
fw rules
say "how would such a flow be judged? asked as a made-up one"
fw explain out tcp 192.0.2.2:8080 "process.exe=$program"
say "and the last one that really happened"
fw explain last

say "taking everything back"
fw remove no-curl
curl_4 passes
fw down
after=$(kernel_rules)
if [ "$before" = "$after" ]; then
  printf '    the kernel has the rules it had before\n'
else
  printf '    the kernel does not have the rules it had before\n'
  failures=$((failures + 1))
fi

if [ "$failures" -eq 0 ]; then
  say "seen: two programs of one user on one host, told apart by their executable; one was refused"
  say "at once over IPv4 and IPv6, the other was never disturbed, and nothing was left behind."
else
  die "$failures of the checks above did not come out as they should"
fi
