import FoundationEssentials
import Testing

@testable import Learning
@testable import Support

struct NumbersTests {
  @Test func numbersAreAddedAndDividedByName() {
    let a = Losses([.l1: 1, .crossEntropy: 2])
    let b = Losses([.crossEntropy: 4, .generator: 6])
    #expect(a + b == Losses([.l1: 1, .crossEntropy: 6, .generator: 6]))
    #expect((a + b) / 2 == Losses([.l1: 0.5, .crossEntropy: 3, .generator: 3]))
    #expect((a + b).present == [1, 6, 6])
    #expect(Losses() + Losses() == Losses())
  }

  @Test func missingNumbersAreNullInJSON() throws {
    let losses = Losses([.crossEntropy: 0.5])
    let text = String(decoding: try json(losses), as: UTF8.self)
    #expect(
      text == """
        {"crossEntropy":0.5,"discriminatorFake":null,"discriminatorReal":null,"generator":null,\
        "l1":null}
        """)
    #expect(try JSONDecoder().decode(Losses.self, from: Data(text.utf8)) == losses)
  }

  /// As in a file of a version that did not have the number yet.
  @Test func namesThatAreNotThereAreMissingNumbers() throws {
    let losses = try JSONDecoder().decode(Losses.self, from: Data(#"{"l1":2,"other":3}"#.utf8))
    #expect(losses == Losses([.l1: 2]))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Losses.self, from: Data(#"{"l1":"2"}"#.utf8))
    }
  }
}
