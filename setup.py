from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="tb-wdnorm",
    version="0.1.0",
    description="Is my weight decay working? Channel norms of kernels in TensorBoard.",
    long_description=Path(__file__).with_name("README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    license_files=["LICENSE"],
    keywords=["weight decay", "tensorboard", "keras", "regularization", "norm"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Typing :: Typed",
    ],
    python_requires=">=3.10",
    packages=find_packages(include=["tb_wdnorm", "tb_wdnorm.*"]),
    package_data={
        "tb_wdnorm": ["py.typed", "wdnorm.proto", "wdnorm_pb2.pyi"],
        "tb_wdnorm.serve": ["static/*", "http_api.md"],
    },
    install_requires=[
        "numpy>=1.26",
        "protobuf>=4.25",
        "rich>=13",
        "tensorboard>=2.16",
    ],
    extras_require={
        "tf": ["tensorflow>=2.16"],
        "dev": [
            "filelock",
            "hypothesis",
            "import-linter",
            "jax",
            "mypy",
            "playwright",
            "pytest",
            "pytest-xdist",
            "ruff",
            "tensorflow>=2.16",
            "types-protobuf",
            "uv",
        ],
    },
    entry_points={
        "tensorboard_plugins": [
            "wdnorm = tb_wdnorm.serve.plugin:KernelNormsLoader",
        ],
        "console_scripts": ["tb-wdnorm = tb_wdnorm.cli:main"],
    },
)
