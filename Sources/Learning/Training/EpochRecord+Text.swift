import Glibc

extension EpochRecord {
  /// What the trainers print of an epoch: nine lines for an AAE, six for an SAE.
  package var text: String {
    var lines = [
      "Epoch \(epoch) training:",
      "  Mean AutoEncoder Loss: \(fixed(training.autoEncoderLoss, 4))",
      "  Mean Classification Loss: \(fixed(training.classificationLoss, 4))",
    ]
    if let adversarial = training.adversarial {
      lines += [
        "  Mean Generator Loss: \(fixed(adversarial.generatorLoss, 4))"
          + " * \(fixed(adversarial.generatorFactor, 3))",
        "  Mean Discriminator Fake Loss: \(fixed(adversarial.discriminatorFakeLoss, 4))",
        "  Mean Discriminator Real Loss: \(fixed(adversarial.discriminatorRealLoss, 4))",
      ]
    }
    lines += [
      "Epoch \(epoch) validation:",
      "  Mean AutoEncoder Loss: \(fixed(validation.autoEncoderLoss, 4))",
      "  Mean Classification Loss: \(fixed(validation.classificationLoss, 4))",
    ]
    if training.adversarial != nil {
      lines.append(
        "  Median Encoded Distribution Error: \(fixed(validation.distributionError, 4))")
    }
    lines.append(
      "[time] training: \(fixed(training.seconds, 1))s,"
        + " validation: \(fixed(validation.seconds, 1))s")
    return lines.map { $0 + "\n" }.joined()
  }

  /// The record as one JSON object in one line, numbers unrounded.
  package var json: String {
    var members = [
      "\"autoEncoderLoss\":\(training.autoEncoderLoss)",
      "\"classificationLoss\":\(training.classificationLoss)",
    ]
    if let adversarial = training.adversarial {
      members += [
        "\"generatorLoss\":\(adversarial.generatorLoss)",
        "\"generatorFactor\":\(adversarial.generatorFactor)",
        "\"discriminatorFakeLoss\":\(adversarial.discriminatorFakeLoss)",
        "\"discriminatorRealLoss\":\(adversarial.discriminatorRealLoss)",
      ]
    }
    members.append("\"seconds\":\(training.seconds)")
    let measured = [
      "\"autoEncoderLoss\":\(validation.autoEncoderLoss)",
      "\"classificationLoss\":\(validation.classificationLoss)",
      "\"accuracy\":\(validation.accuracy)",
      "\"distributionError\":\(validation.distributionError)",
      "\"seconds\":\(validation.seconds)",
    ]
    return "{\"epoch\":\(epoch),\"training\":{\(members.joined(separator: ","))},"
      + "\"validation\":{\(measured.joined(separator: ","))}}\n"
  }
}

/// A number with so many digits after the point, a point in every locale.
private func fixed(_ value: Double, _ digits: Int) -> String {
  // 309 digits before the point are the most that a Double has.
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
    let count = withVaList([Int32(digits), value]) { arguments in
      vsnprintf(buffer.baseAddress, buffer.count, "%.*f", arguments)
    }
    return String(
      decoding: buffer.prefix(Int(max(0, count))).lazy.map { UInt8(bitPattern: $0) },
      as: UTF8.self)
  }
}
