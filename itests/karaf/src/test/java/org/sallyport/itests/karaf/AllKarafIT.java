// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.karaf;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;
import org.junit.runners.Suite.SuiteClasses;

/** Every Karaf test; one suite is one container, which is what takes the time. */
@RunWith(Suite.class)
@SuiteClasses({FeaturesKarafIT.class, CommandsKarafIT.class, SwapKarafIT.class})
public class AllKarafIT {}
