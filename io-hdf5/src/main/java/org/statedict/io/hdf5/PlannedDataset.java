package org.statedict.io.hdf5;

import java.util.ArrayList;
import java.util.List;
import org.statedict.tensor.Shape;
import org.statedict.tensor.Tensor;

/// A dataset that is to be written.
final class PlannedDataset extends PlannedObject {
  private final Tensor tensor;
  private final PlannedData data;
  private final List<PlannedAttribute> attributes = new ArrayList<>();
  private int links;

  PlannedDataset(Tensor tensor, PlannedData data) {
    this.tensor = tensor;
    this.data = data;
  }

  PlannedData data() {
    return data;
  }

  void addLink() {
    links++;
  }

  void attribute(PlannedAttribute attribute) {
    attributes.add(attribute);
  }

  @Override
  byte[] header() {
    HeaderWriter header = new HeaderWriter();
    header.message(ObjectHeader.DATASPACE, dataspace(tensor.shape()));
    header.message(ObjectHeader.DATATYPE, StoredTypes.message(tensor.dtype()));
    data.describe(header);
    if (links > 1) {
      header.message(ObjectHeader.REFERENCE_COUNT, new FieldsWriter().u1(0).u4(links));
    }
    attributes.forEach(a -> header.message(ObjectHeader.ATTRIBUTE, a.body()));
    return header.toBytes();
  }

  private static FieldsWriter dataspace(Shape shape) {
    FieldsWriter space =
        new FieldsWriter().u1(2).u1(shape.rank()).u1(0).u1(shape.rank() == 0 ? 0 : 1);
    shape.toList().forEach(space::u8);
    return space;
  }
}
