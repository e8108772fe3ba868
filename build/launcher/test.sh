# SPDX-License-Identifier: Apache-2.0
# test: the whole build with every ring of tests.

need_tools
need_packages curl:curl wget:wget conntrack:conntrack ping:iputils-ping setcap:libcap2-bin setpriv:util-linux nft:nftables
cd "$root"
exec mvn -B verify
