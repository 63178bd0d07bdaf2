import PressPasses
import PressTensor
import Testing

@Suite("Recipes") struct RecipeTests {
  func failure(_ text: String, _ settings: String...) -> String? {
    do {
      _ = try Recipe(text, source: "r.yaml", settings: settings)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("Passes with their options, defaults, seed")
  func reading() throws {
    let recipe = try Recipe(
      """
      version: 1
      seed: 18446744073709551615
      passes:
        - prune: { ratio: 0.9, scope: layer, layers: ["fc*"], skip: [] }
        - densify
        - densify:
        - encode:
            coding: huffman
      """, folder: "here")
    #expect(recipe.seed == .max && recipe.folder == "here")
    #expect(recipe.passes.map { type(of: $0).name } == ["prune", "densify", "densify", "encode"])
    let prune = recipe.passes[0] as? Prune
    #expect(prune?.ratio == 0.9 && prune?.scope == .layer && prune?.layers == ["fc*"])
    #expect((recipe.passes[3] as? Encode)?.coding == .huffman)
    #expect(try Recipe("{version: 1, passes: [encode]}").seed == 0)
  }

  @Test("Unknown keys, passes and versions are named with their place and the nearest spelling")
  func unknown() {
    #expect(
      failure("version: 2\npasses: [encode]")
        == "r.yaml:1:10: unknown version of recipes, expected 1, found '2'")
    #expect(
      failure("passes: [encode]")
        == "r.yaml:1:1: missing key, expected 'version: 1', found none")
    #expect(
      failure("version: 1\npass: [encode]")
        == "r.yaml:2:1: unknown key of a recipe, expected 'passes', found 'pass'")
    #expect(
      failure("version: 1\npasses:\n  - enode")
        == "r.yaml:3:5: unknown pass, expected 'encode', found 'enode'")
    #expect(
      failure("version: 1\npasses:\n  - prune: { ratio: 1, scop: layer }")
        == "r.yaml:3:24: unknown key of prune, expected 'scope', found 'scop'")
    // The misspelt key is the one that has to be there.
    #expect(
      failure("version: 1\npasses:\n  - prune: { ration: 1 }")
        == "r.yaml:3:14: unknown key of prune, expected 'ratio', found 'ration'")
  }

  @Test("Values of the wrong kind or out of range are named with their place")
  func values() {
    func problem(_ pass: String) -> String? { failure("version: 1\npasses:\n  - \(pass)") }
    #expect(
      problem("prune: { ratio: many }")
        == "r.yaml:3:21: invalid value of 'ratio' of prune, expected a number, found 'many'")
    #expect(problem("prune: { ratio: '0.5' }")?.contains("expected a number") == true)
    #expect(problem("prune: { ratio: nan }")?.contains("expected a number") == true)
    #expect(problem("prune: { ratio: [1] }")?.contains("expected a number, found a list") == true)
    #expect(problem("prune: { ratio: }")?.contains("expected 0 to 1, found none") == true)
    #expect(problem("prune: { ratio: 1, layers: [~] }")?.contains("found nothing") == true)
    #expect(
      problem("prune: { ratio: 1.5 }")
        == "r.yaml:3:21: invalid value of 'ratio' of prune, expected 0 to 1, found 1.5")
    #expect(
      problem("prune: { ratio: 0.5, scope: all }")
        == "r.yaml:3:33: invalid value of 'scope' of prune, expected global, layer, found 'all'")
    #expect(
      problem("prune: { ratio: 0.5, layers: fc1 }")
        == "r.yaml:3:34: invalid value of 'layers' of prune, expected a list, found 'fc1'")
    #expect(
      problem("prune: { ratio: 0.5, layers: [a, {}] }")
        == "r.yaml:3:38: invalid value of 'layers' of prune, expected a text, found a mapping")
    #expect(problem("prune")?.contains("'ratio' of prune, expected 0 to 1, found none") == true)
    #expect(problem("prune: 0.5")?.contains("expected keys and values, found '0.5'") == true)
    #expect(problem("prune:\n      ratio: 0.5\n      skip: 3")?.contains("r.yaml:5:13") == true)
    // Options that are not indented stand beside the pass.
    #expect(problem("prune:\n    ratio: 0.5")?.contains("r.yaml:4:5: malformed pass") == true)
    #expect(problem("[prune]")?.contains("expected a name, found a list") == true)
    #expect(problem("prune:\n  ratio: 0.5")?.contains("malformed YAML") == true)
  }

  @Test("What is no recipe is said to be none")
  func shapes() {
    #expect(failure("- encode")?.contains("expected a mapping, found a list") == true)
    #expect(failure("version: 1\npasses: []")?.contains("r.yaml:2:9: no passes") == true)
    #expect(failure("version: 1")?.contains("expected 'passes'") == true)
    #expect(failure("version: 1\nseed: -1\npasses: [encode]")?.contains("r.yaml:2:7") == true)
    #expect(failure("version: 1\npasses: [encode")?.contains("malformed YAML") == true)
    #expect(failure("")?.hasPrefix("r.yaml: no content") == true)
  }

  @Test("Settings change options of the pass that they name, or add them")
  func settings() throws {
    let text = "version: 1\npasses: [prune: {ratio: 0.5}, encode, prune: {ratio: 0.9}]"
    let recipe = try Recipe(
      text,
      settings: [
        "prune#2.ratio=0.7", "prune.layers=[fc1, 'fc2']", "encode.coding=raw", "seed=9",
        "prune.ratio=0.1", "prune.ratio=0.2",
      ])
    #expect(recipe.passes.map { ($0 as? Prune)?.ratio } == [0.2, nil, 0.7])
    #expect((recipe.passes[0] as? Prune)?.layers == ["fc1", "fc2"])
    #expect((recipe.passes[1] as? Encode)?.coding == .raw && recipe.seed == 9)
    #expect(
      failure(text, "prune.ratoi=0.5")
        == "--set prune.ratoi=0.5: unknown key of prune, expected 'ratio', found 'ratoi'")
    #expect(
      failure(text, "prune#3.ratio=0.5")
        == "--set prune#3.ratio=0.5: no such pass in the recipe, expected one of prune, encode, "
        + "prune, found prune number 3 of 2")
    #expect(failure(text, "share.bits=3")?.contains("found 'share'") == true)
    for malformed in [
      "prune.ratio", "ratio=1", "prune#0.ratio=1", "prune#x.ratio=1", "=", "a#1#2.b=3",
    ] {
      #expect(failure(text, malformed)?.contains("malformed setting") == true, "\(malformed)")
    }
    #expect(failure(text, "prune.ratio=[")?.contains("--set prune.ratio=[: malformed YAML") == true)
    #expect(failure(text, "prune.ratio=2")?.contains("expected 0 to 1, found 2.0") == true)
  }
}
