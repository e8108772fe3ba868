// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.2, 10.0.0.2",
    "::ffff:10.0.0.2, 10.0.0.2",
    "::, ::",
    "::1, ::1",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "fe80:0:0:0:0:0:0:0, fe80::",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3"
  })
  void shouldPrintTheCanonicalForm(String written, String canonical) {
    assertThat(IpAddress.parse(written)).hasToString(canonical);
    assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(written));
    assertThat(IpAddress.ofBytes(IpAddress.parse(written).toBytes()))
        .isEqualTo(IpAddress.parse(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "1.2.3",
        "256.0.0.1",
        "1:2",
        ":::",
        "12345::",
        "fe80::1%eth0",
        "[::1]"
      })
  void shouldRefuseWhatIsNoLiteralAddressWithoutAskingANameServer(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not an IPv4 or IPv6 address");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 8.8.8.8, false",
    "::/0, 2001:db8::1, true",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "10.0.0.1, 10.0.0.1, true",
    "2001:db8::1/128, 2001:db8::2, false",
    "2001:db8::/64, 2001:db8::ffff, true"
  })
  void shouldKnowWhichAddressesANetworkHolds(String network, String address, boolean holds) {
    IpAddress ip = IpAddress.parse(address);

    assertThat(IpNetwork.parse(network).contains(ip.high(), ip.low())).isEqualTo(holds);
  }

  @Test
  void shouldRefuseBitsBehindThePrefix() {
    assertThatThrownBy(() -> IpNetwork.parse("10.0.0.1/8"))
        .hasMessageContaining("behind the prefix");
    assertThatThrownBy(() -> IpNetwork.parse("10.0.0.0/33")).hasMessageContaining("0 to 32");
    assertThatThrownBy(() -> IpNetwork.parse("10.0.0.0/x")).hasMessageContaining("prefix length");
  }
}
