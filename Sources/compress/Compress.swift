@main
enum Compress {
  static func main() {}
}
