// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.Closeable;
import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * Memory that programs and this process share. Lives as long as somebody holds it: this object, a
 * loaded program, a pin. Calls take about a microsecond and may be made by any thread, each with
 * buffers of its own.
 */
public final class BpfMap implements Closeable {

  private static final int NAME_AT = 28;
  private static final int PROCESSOR_ALIGNMENT = 8;

  private final MapSpec spec;
  private final Descriptor descriptor;

  private BpfMap(MapSpec spec, Descriptor descriptor) {
    this.spec = spec;
    this.descriptor = descriptor;
  }

  /**
   * Makes a map, empty.
   *
   * @param spec what it is to be
   * @return the map, for the caller to close
   * @throws BpfException if the kernel refuses: EPERM also where the limit of locked memory is too
   *     low, before Linux 5.11
   */
  public static BpfMap create(MapSpec spec) throws BpfException {
    NativeBuffer attributes = BpfCalls.attributes();
    attributes
        .bytes()
        .putInt(0, spec.kind().number())
        .putInt(4, spec.keyBytes())
        .putInt(8, spec.valueBytes())
        .putInt(12, spec.maxEntries())
        .putInt(16, spec.kind().flags());
    NativeBuffer name = BpfCalls.text(spec.name());
    attributes.bytes().put(NAME_AT, name.bytes(), 0, name.capacity());
    int created = BpfCalls.call(BpfCalls.MAP_CREATE, attributes);
    String what = "the map " + spec.name() + " could not be made";
    return new BpfMap(spec, new Descriptor(BpfException.demand(created, what)));
  }

  /** For programs. */
  String name() {
    return spec.name();
  }

  /**
   * What it is.
   *
   * @return as it was made
   */
  public MapSpec spec() {
    return spec;
  }

  int descriptor() {
    return descriptor.number();
  }

  /**
   * The size of what a lookup writes: a {@link MapSpec.Kind#PER_CPU_ARRAY} gives a value for each
   * possible processor, each at a multiple of 8 bytes.
   *
   * @param possibleProcessors how many the kernel can have, see {@link PossibleProcessors}
   * @return bytes
   */
  public int lookupBytes(int possibleProcessors) {
    int aligned = (spec.valueBytes() + PROCESSOR_ALIGNMENT - 1) & -PROCESSOR_ALIGNMENT;
    return spec.kind() == MapSpec.Kind.PER_CPU_ARRAY
        ? aligned * possibleProcessors
        : spec.valueBytes();
  }

  /**
   * Reads a value.
   *
   * @param key the key
   * @param value where the value is written, {@link #lookupBytes} long
   * @return whether there is one
   * @throws BpfException if the kernel refuses
   */
  public boolean lookup(NativeBuffer key, NativeBuffer value) throws BpfException {
    return done(BpfCalls.MAP_LOOKUP, key, value);
  }

  /**
   * Writes a value, over one that is there.
   *
   * @param key the key
   * @param value the value
   * @throws BpfException if the kernel refuses: E2BIG where a {@link MapSpec.Kind#HASH} is full
   */
  public void update(NativeBuffer key, NativeBuffer value) throws BpfException {
    done(BpfCalls.MAP_UPDATE, key, value);
  }

  /**
   * Takes an entry out.
   *
   * @param key the key
   * @return whether there was one
   * @throws BpfException if the kernel refuses
   */
  public boolean delete(NativeBuffer key) throws BpfException {
    return done(BpfCalls.MAP_DELETE, key, key);
  }

  /**
   * Goes through the keys: the one after another, in no order that tells anything.
   *
   * @param key the last key; one that is not there any more begins anew
   * @param next where the next one is written
   * @return whether there is a next one
   * @throws BpfException if the kernel refuses
   */
  public boolean next(NativeBuffer key, NativeBuffer next) throws BpfException {
    return done(BpfCalls.MAP_NEXT_KEY, key, next);
  }

  private boolean done(int command, NativeBuffer key, NativeBuffer second) throws BpfException {
    NativeBuffer attributes = BpfCalls.attributes();
    attributes.bytes().putInt(0, descriptor()).putLong(8, key.address(0));
    if (command != BpfCalls.MAP_DELETE) {
      attributes.bytes().putLong(16, second.address(0));
    }
    int result = BpfCalls.call(command, attributes, key, second);
    if (result == -LibC.ENOENT) {
      return false;
    }
    BpfException.demand(result, "the map " + spec.name() + " could not be used");
    return true;
  }

  /** Lets it go; idempotent. Programs that use it keep it. */
  @Override
  public void close() {
    descriptor.close();
  }
}
