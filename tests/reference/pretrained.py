"""Writes pretrained/gpt2, llama and qwen2: tiny random checkpoints as transformers saves them, and their logits.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 transformers==5.23.0 safetensors numpy
    venv/bin/python tests/reference/pretrained.py

The tokenizer is a byte-level BPE trained here on a few lines. The GPT-2 is float32 in one file; the Llama has grouped
queries, is bfloat16 and in shards; the Qwen2 has biases of queries, keys and values alone, is float16 and ties its head.
Expected logits are transformers' own, computed in float32.
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

FOLDER = Path(__file__).parent / "pretrained"
LINES = [
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May.",
    "How many clips did Natalia sell altogether in April and May?",
    "Natalia sold 48/2 = <<48/2=24>>24 clips in May.\nNatalia sold 48+24 = <<48+24=72>>72 clips altogether.\n#### 72",
]
TEXTS = [LINES[0], LINES[2], "  two  spaces, a tab\tand\n\na break", "naïve café – 北京 🦉", "don't we'll I'M 1234567", ""]
END = "<|endoftext|>"


def make_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=[END], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator(LINES, trainer)
    return tokenizer


def save(name, model, tokenizer, **options):
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, **options)
    (folder / "generation_config.json").unlink(missing_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(json.dumps({"eos_token": END}) + "\n")
    model = type(model).from_pretrained(folder, dtype=torch.float32).eval()
    ids = torch.tensor([tokenizer.encode(LINES[0]).ids[:12]])
    with torch.no_grad():
        logits = model(ids).logits
    save_file({"ids": ids.int(), "logits": logits.contiguous()}, folder / "expected.safetensors")
    texts = [{"text": text, "ids": tokenizer.encode(text).ids} for text in TEXTS]
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False) + "\n")


tokenizer = make_tokenizer()
V = tokenizer.get_vocab_size()
common = dict(vocab_size=V, bos_token_id=0, eos_token_id=0, initializer_range=0.4)
torch.manual_seed(7)
gpt2 = GPT2LMHeadModel(GPT2Config(n_embd=16, n_layer=2, n_head=2, n_positions=160, **common))
sizes = dict(
    hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=160, rope_theta=500.0, **common,
)
llama = LlamaForCausalLM(LlamaConfig(tie_word_embeddings=False, **sizes)).to(torch.bfloat16)
qwen2 = Qwen2ForCausalLM(Qwen2Config(tie_word_embeddings=True, **sizes)).to(torch.float16)
with torch.no_grad():
    for model in (gpt2, llama, qwen2):
        for parameter in model.parameters():
            if parameter.ndim == 1:  # gains of 1 and biases of 0 would hide a mistake
                parameter.add_(0.3 * torch.randn_like(parameter))
save("gpt2", gpt2, tokenizer)
save("llama", llama, tokenizer, max_shard_size="16KB")
save("qwen2", qwen2, tokenizer)
