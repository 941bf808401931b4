import FoundationEssentials
import Testing

@testable import Learning
@testable import Support

struct EpochRecordTests {
  private var record: EpochRecord {
    EpochRecord(
      epoch: 15,
      training: Losses([
        .l1: 0.12531, .crossEntropy: 0.00949, .generator: 0.69638, .discriminatorFake: 0.69222,
        .discriminatorReal: 0.69243,
      ]),
      generatorFactor: 0.1,
      validation: Measures([
        .accuracy: 0.99, .l1: 0.12516, .crossEntropy: 0.03571, .distributionError: 10.65334,
      ]),
      seconds: Numbers([.training: 38.94, .validation: 3.76]))
  }

  @Test func textOfAnAdversarialEpochIsTheOriginals() {
    #expect(
      record.text == """
        Epoch 15 training:
          Mean AutoEncoder Loss: 0.1253
          Mean Classification Loss: 0.0095
          Mean Generator Loss: 0.6964 * 0.100
          Mean Discriminator Fake Loss: 0.6922
          Mean Discriminator Real Loss: 0.6924
        Epoch 15 validation:
          Mean AutoEncoder Loss: 0.1252
          Mean Classification Loss: 0.0357
          Median Encoded Distribution Error: 10.6533
        [time] training: 38.9s, validation: 3.8s

        """)
  }

  @Test func textOfASimpleEpochHasNoAdversarialLines() {
    var record = record
    record.training = Losses([.l1: 0.12531, .crossEntropy: 0.00949])
    record.generatorFactor = nil
    #expect(
      record.text == """
        Epoch 15 training:
          Mean AutoEncoder Loss: 0.1253
          Mean Classification Loss: 0.0095
        Epoch 15 validation:
          Mean AutoEncoder Loss: 0.1252
          Mean Classification Loss: 0.0357
        [time] training: 38.9s, validation: 3.8s

        """)
  }

  private func text(_ record: EpochRecord) throws -> String {
    String(decoding: try json(record), as: UTF8.self)
  }

  @Test func jsonIsOneLineOfUnroundedNumbers() throws {
    #expect(
      try text(record) == """
        {"epoch":15,"generatorFactor":0.1,"heldOut":null,\
        "seconds":{"training":38.94,"validation":3.76},\
        "training":{"crossEntropy":0.00949,"discriminatorFake":0.69222,\
        "discriminatorReal":0.69243,"generator":0.69638,"l1":0.12531},\
        "validation":{"accuracy":0.99,"crossEntropy":0.03571,"distributionError":10.65334,\
        "l1":0.12516}}
        """)
  }

  @Test func whatASimpleEpochLacksIsNullInJSON() throws {
    var record = EpochRecord(
      epoch: 1, training: Losses([.l1: 0, .crossEntropy: 0]),
      validation: Measures([.accuracy: 0, .l1: 0, .crossEntropy: 0, .distributionError: 0]),
      seconds: Numbers([.training: 0, .validation: 0]))
    #expect(
      try text(record) == """
        {"epoch":1,"generatorFactor":null,"heldOut":null,"seconds":{"training":0,"validation":0},\
        "training":{"crossEntropy":0,"discriminatorFake":null,"discriminatorReal":null,\
        "generator":null,"l1":0},\
        "validation":{"accuracy":0,"crossEntropy":0,"distributionError":0,"l1":0}}
        """)
    #expect(try JSONDecoder().decode(EpochRecord.self, from: Data(text(record).utf8)) == record)
    record.training[.generator] = 0.25
    #expect(try JSONDecoder().decode(EpochRecord.self, from: Data(text(record).utf8)) == record)
  }

  @Test func lossesAddUpAndDivide() {
    let loss = record.training
    #expect(Losses() + loss == loss)
    #expect((loss + loss) / 2 == loss)
    #expect((Losses([.l1: 1, .crossEntropy: 3]) / 4)[.generator] == nil)
    #expect(loss.present.count == 5 && Losses().present.isEmpty)
  }
}
