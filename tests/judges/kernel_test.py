"""jupyter_kernel_test over the messages that the kernel answers; docs/protocol.md says which those are."""

import unittest

import jupyter_kernel_test


class EightfoldKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "eightfold"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('to stderr')"
    code_execute_result = [{"code": "6 * 7", "result": "42"}]
    code_generate_error = "throw new Error('on purpose')"
    code_display_data = [{"code": "display({ [Symbol.for('Jupyter.display')]: () => ({ 'image/svg+xml': '<svg/>' }) })", "mime": "image/svg+xml"}]
    completion_samples = [
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": "console.lo", "matches": {"log"}},
        {"text": "(5).toF", "matches": {"toFixed"}},
    ]
    code_inspect_sample = "Math.max"
    code_clear_output = "display.clear()"
    complete_code_samples = ["1", "const a = 1;", "function f(): void {\n}"]
    incomplete_code_samples = ["function f() {", "[1, 2,"]
    invalid_code_samples = ["const = 1", "1 1"]
    completion_samples = [{"text": "Math.ma", "matches": {"max"}}, {"text": "cellSig", "matches": {"cellSignal"}}]
    code_inspect_sample = "Math.max"

    def test_a_prompt_is_answered(self) -> None:
        self.flush_channels()
        asked = self.kc.execute("prompt('Who?')", allow_stdin=True)
        request = self.kc.get_stdin_msg(timeout=10)
        self.assertEqual(request["content"], {"prompt": "Who? ", "password": False})
        self.kc.input("Ada")
        reply = self.kc.get_shell_msg(timeout=10)
        self.assertEqual(reply["parent_header"]["msg_id"], asked)
        self.assertEqual(reply["content"]["status"], "ok")

    def test_interrupt_ends_a_spinning_cell_and_keeps_the_session(self) -> None:
        self.flush_channels()
        self.execute_helper("const kept = 42")
        spinning = self.kc.execute("console.log('spins'); while (true) {}")
        while self.kc.get_iopub_msg(timeout=10)["msg_type"] != "stream":
            pass
        self.km.interrupt_kernel()
        reply = self.kc.get_shell_msg(timeout=10)
        self.assertEqual(reply["parent_header"]["msg_id"], spinning)
        self.assertEqual(reply["content"]["status"], "error")
        self.flush_channels()
        reply, outputs = self.execute_helper("kept")
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "42")


if __name__ == "__main__":
    unittest.main(verbosity=2)
